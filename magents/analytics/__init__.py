"""What a finished run was worth: measures, round trips, attribution, tables, the HTML report."""
