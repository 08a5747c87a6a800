/** Returns a 32-bit hash of a text: FNV-1a over its UTF-16 units. Equal on every machine. */
export function hashText(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** Mixes a hash and a whole number into an unsigned 32-bit number: the finalizer of MurmurHash3. */
export function mixHash(hash: number, salt: number): number {
  let mixed = hash + Math.imul(salt, 0x9e3779b9)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
