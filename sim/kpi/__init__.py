"""What it means: KPIs with unit and definition."""
