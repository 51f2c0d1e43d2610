"""What an alert says: `facts` turns an incident into sentences, one file per channel puts them into its form. All pure.

Whatever a stranger wrote passes `clean` on its way into the facts, and each channel escapes every string of them, its
own words included, so that nothing can be forgotten.
"""
