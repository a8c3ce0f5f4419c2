"""Files, uploads, jobs and models: the data plane's authoring surface."""
