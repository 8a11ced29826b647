"""授权 Who may decide: licensing subjects, window authorisations, special approval seals."""
