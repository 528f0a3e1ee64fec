"""The name of the service, for files that say what they were made by."""

SOFTWARE = "ocr-picture-service"
