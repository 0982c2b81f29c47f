"""Model and dataset cards as code for the Hugging Face Hub."""

__version__ = "0.1.0"
