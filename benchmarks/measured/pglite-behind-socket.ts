/**
 * The durability of a peer that wrote to the PGlite which stands in for a server with pgvector. Saved results
 * hold these words, and the report finds them by them.
 */
export const pgliteBehindSocket = 'PGlite behind a socket, which syncs nothing'
