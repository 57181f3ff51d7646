"""The generator of the sample year: made-up records that give the published totals of 2023."""
