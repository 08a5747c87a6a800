/** A list of whole numbers from 0 to 2^32 - 1 that grows, at four bytes each. */
export class NumberList {
  values: Uint32Array
  length: number = 0

  constructor(capacity = 2) {
    this.values = new Uint32Array(capacity)
  }

  /** Returns the place of the number. */
  push(value: number): number {
    if (this.length === this.values.length) this.#grow()
    this.values[this.length] = value
    return this.length++
  }

  /** The number at a place; 0 past the end. */
  at(place: number): number {
    return this.values[place] ?? 0
  }

  get bytes(): number {
    return this.values.byteLength
  }

  #grow(): void {
    // Short lists, of which there are most, double; long ones leave less unused.
    const { length } = this.values
    const grown = new Uint32Array(length < 1_024 ? Math.max(2, length * 2) : length + (length >> 1))
    grown.set(this.values)
    this.values = grown
  }
}
