import { Random } from '@agentmem/conformance'

const functionWords =
  'the a I you we to of in on at with for and but so that this it was is had have my your our about from then very just'.split(
    ' ',
  )
const names = 'Abena Björn Carmen Dev Esi Fleur Goran Hana Ivo Jin Kofi Lena Milan Nadia Otis Paz'.split(' ')
const syllables = Array.from(
  'bdfghklmnprstvwz',
  consonant => Array.from('aeiou', vowel => consonant + vowel) as readonly string[],
).flat()

const vocabulary = 50_000
/** The share of words that shape a sentence and say nothing of its matter. */
const functionShare = 0.45
/** The share of turns that ask. */
const askingShare = 0.25
const secondsBetweenTurns = 30
const secondsBetweenRuns = 86_400

/** A turn as `Memory.addBatch` takes it. */
export interface ConversationTurn {
  readonly content: string
  readonly userId: string
  readonly runId: string
  readonly createdAt: number
}

/**
 * The chance of each word or a more frequent one: rank r has 1 / (r + 2.7), as in texts of people (Mandelbrot, "An
 * Informational Theory of the Statistical Structure of Language", 1953).
 */
const upToRank = new Float64Array(vocabulary)
for (let rank = 0, sum = 0; rank < vocabulary; rank++) {
  sum += 1 / (rank + 1 + 2.7)
  upToRank[rank] = sum
}

/**
 * Made-up conversations with the statistics of real ones: turns of 6 to 24 words behind the name of who speaks, one in
 * four a question, words of a vocabulary of 50,000 as frequent as Zipf's law says. The same seed gives the same ones.
 */
export class Conversations {
  readonly #random: Random

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  /** Runs of two people, one a day, a turn every half minute. */
  runs(userId: string, runs: number, turnsOfRun: number): ConversationTurn[] {
    const speakers = this.#random.shuffle(names).slice(0, 2)
    const turns: ConversationTurn[] = []
    for (let run = 0; run < runs; run++) {
      const start = Date.UTC(2015, 0, 1) + run * secondsBetweenRuns * 1_000
      for (let i = 0; i < turnsOfRun; i++) {
        turns.push({
          content: `${speakers[i % 2]}: ${this.#sentence()}`,
          userId,
          runId: `${userId}-${run}`,
          createdAt: start + i * secondsBetweenTurns * 1_000,
        })
      }
    }
    return turns
  }

  /** Asks whoever said the turn for two or three of its words. */
  question({ content }: Pick<ConversationTurn, 'content'>): string {
    const [name = '', text = ''] = content.split(': ')
    const words = text.replace(/[.?]$/, '').split(' ')
    const telling = words.filter(word => !functionWords.includes(word) && word.length > 1)
    const asked = this.#random.shuffle(telling.length > 0 ? telling : words)
    return `What did ${name} say about ${asked.slice(0, 2 + this.#random.below(2)).join(' and ')}?`
  }

  #sentence(): string {
    const length = 6 + this.#random.below(19)
    const words = Array.from({ length }, () => this.#word())
    return `${words.join(' ')}${this.#random.next() < askingShare ? '?' : '.'}`
  }

  #word(): string {
    if (this.#random.next() < functionShare) return this.#random.pick(functionWords)
    const wanted = this.#random.next() * (upToRank[vocabulary - 1] as number)
    let [low, high] = [0, vocabulary - 1]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upToRank[middle] as number) < wanted) low = middle + 1
      else high = middle
    }
    return spell(low)
  }
}

/** The frequent words have two syllables, the others three; words of near ranks look unlike. */
function spell(rank: number): string {
  const base = syllables.length
  const short = 2_000
  let code = rank < short ? (rank * 1_237) % base ** 2 : ((rank - short) * 70_001) % base ** 3
  let word = ''
  for (let i = rank < short ? 2 : 3; i > 0; i--) {
    word += syllables[code % base]
    code = Math.floor(code / base)
  }
  return word
}
