"""Any tables, from any file or database, typed and checked before anything is computed from them."""
