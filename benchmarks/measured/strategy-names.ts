/** The names by which a report finds two strategies of the scenario `add`. Saved results hold these words. */
export const pseudoBatch = 'pseudo-batch'
export const floor = 'hand-written floor'
