"""进驻 Who is in the centre: stations, secondary platforms, onboarding, function adjustments."""
