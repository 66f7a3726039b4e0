"""Looking where nobody reports: sweeps, visits, and the list for today."""
