import { invalid } from '../checks/check-values.ts'

/**
 * Where a character belongs: into a value, behind one in an array, behind the last one of it, or around the values. 'whole':
 * it is the last of a value. 'dropped': with what came before it, it is part of no value.
 */
export type Met = 'part' | 'next' | 'end' | 'whole' | 'dropped' | 'outside'

const [quote, backslash, comma, colon] = codesOf('"\\,:')
const [bracket, endBracket, brace, endBrace] = codesOf('[]{}')
/** White space, and the bytes and the character of a byte-order mark. */
const around: ReadonlySet<number> = new Set(codesOf(' \t\r\n\uFEFF\u00EF\u00BB\u00BF'))
/** How much of a name is read: longer ones are never asked for. */
const maxNameLength = 64

/**
 * Cuts JSON into values, character by character or, as UTF-8 is ASCII here, byte by byte: it counts brackets and knows strings.
 * Whether a value is right, its parser says.
 */
export class JsonScan {
  readonly #within: readonly string[] | undefined
  /** How many brackets and braces are open. */
  #depth = 0
  /** In which of these values stand: 1 in an array, 2 in an array of an object; 0 where they come one after the other. */
  #level = 0
  #inString = false
  #isEscaped = false
  /** True in an object that has had such an array: it is no value itself. */
  #isDropped = false
  /** The last text of an object, and whether it is the name of what comes next. */
  #name = ''
  #isNamed = false
  /** The name of the array that is read; '' where it stands alone. */
  arrayName = ''
  /** Values of the array that have ended, with the empty text of an empty array. */
  elements = 0

  /**
   * Undefined: the text is one array. Otherwise it is any number of values; those of an array, and of an array that an object
   * has under one of these names, count one by one.
   */
  constructor(within?: readonly string[]) {
    this.#within = within
  }

  /** True when every bracket is closed, and there was an array where one is needed. */
  get hasEnded(): boolean {
    return this.#depth === 0 && (this.elements > 0 || this.#within !== undefined)
  }

  get isInArray(): boolean {
    return this.#level > 0
  }

  take(code: number): Met {
    if (this.#inString) return this.#takeOfString(code)
    if (this.#depth === 0) return this.#takeOutside(code)
    if (code === quote) {
      this.#inString = true
      if (this.#mayBeWrapper) this.#name = ''
    } else if (code === bracket || code === brace) {
      return this.#open(code)
    } else if (code === colon) {
      this.#isNamed = this.#mayBeWrapper
    } else if (code === comma || code === endBracket || code === endBrace) {
      return this.#end(code)
    }
    return this.#part
  }

  #open(code: number): Met {
    const isItems = code === bracket && this.#mayBeWrapper && this.#isNamed
    this.#depth++
    if (!isItems || !(this.#within ?? []).includes(this.#name)) return this.#part
    this.#beginArray(this.#name)
    this.#isDropped = true
    return 'dropped'
  }

  #end(code: number): Met {
    if (code === comma) this.#isNamed = false
    const isOfArray = this.#depth === this.#level
    if (isOfArray && code !== endBrace) {
      this.elements++
      if (code === comma) return 'next'
      this.#depth--
      this.#level = 0
      return 'end'
    }
    if (isOfArray || code === comma) return this.#part
    this.#depth--
    if (this.#depth > 0) return this.#part
    const met = this.#isDropped ? 'outside' : 'whole'
    this.#isDropped = false
    return met
  }

  #takeOfString(code: number): Met {
    if (this.#isEscaped) this.#isEscaped = false
    else if (code === backslash) this.#isEscaped = true
    else if (code === quote) this.#inString = false
    if (this.#inString && this.#mayBeWrapper && this.#name.length < maxNameLength) {
      this.#name += String.fromCharCode(code)
    }
    return this.#part
  }

  #takeOutside(code: number): Met {
    if (around.has(code)) return 'outside'
    if (this.#within === undefined && this.elements > 0) {
      throw invalid('Something follows the end of the array; put it into the array.')
    }
    if (code === bracket) {
      this.#depth = 1
      this.#beginArray('')
      return 'outside'
    }
    if (this.#within === undefined) {
      throw invalid("The file is no JSON array; lines of JSON are read without from: 'json' (--from json).")
    }
    if (code !== brace)
      throw invalid('The file is no JSON; of a zip archive, give the JSON file that is in it.')
    this.#depth = 1
    return 'part'
  }

  #beginArray(name: string): void {
    this.#level = this.#depth
    this.arrayName = name
    this.elements = 0
  }

  get #mayBeWrapper(): boolean {
    return this.#level === 0 && this.#depth === 1 && this.#within !== undefined
  }

  get #part(): Met {
    return this.#isDropped && this.#level === 0 ? 'outside' : 'part'
  }
}

function codesOf(characters: string): number[] {
  return Array.from(characters, character => character.charCodeAt(0))
}
