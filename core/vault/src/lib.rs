//! Keys and envelopes; plaintext only through closures.
