//! Arauto app.
