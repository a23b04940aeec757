"""Problems and the joint work on them: programmes, their stages, each accepted by another party."""
