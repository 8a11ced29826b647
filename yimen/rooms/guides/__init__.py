"""指南 What a guide says beyond what a case needs: fields of the national lists, situations, disclosure sets, exchange."""
