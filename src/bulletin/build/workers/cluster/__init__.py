"""A build on a Dask cluster that is already there: `client` is the build's side, `worker` and `apart` the worker's."""
