"""The paper forms: what stands on a sheet, before any file format."""
