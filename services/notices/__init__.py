"""Mail: invitations to meetings (iMIP), and what is answered to them."""
