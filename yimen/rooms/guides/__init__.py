"""指南 What guides say beyond a case's needs: fields of the national lists, situations, disclosure sets, exchange."""
