"""Acts of the desk upon one report or many, which can be taken back for a while."""
