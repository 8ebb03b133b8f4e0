"""Is the model right? Cases with exact values, run through the model and its KPIs."""
