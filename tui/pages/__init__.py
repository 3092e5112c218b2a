"""The screens, one a file: what stands where, and what of a frame is shown in it."""
