/** The `peer` of our own uses. */
export const ourName = 'agentmem'

/** How durable a library keeps what it acknowledged, for those without a server. */
export const synced = {
  sqlite: 'rollback journal or WAL as opened, synchronous=FULL',
  none: 'none: gone with the process',
} as const
