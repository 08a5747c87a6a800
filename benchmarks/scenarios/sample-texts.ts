const people = 'Ana Bruno Chidi Dagny Elif Farid Greta Hiro Ines Jonas Kavya Liam Mei Noor Oskar Priya'.split(
  ' ',
)
const places =
  'the harbour,the old library,a mountain hut,the night market,the botanical garden,a rooftop cafe,the train depot,the riverside park,a pottery studio,the science museum'.split(
    ',',
  )
const things =
  'a green bicycle,three jars of plum jam,a second-hand telescope,a wool blanket,two concert tickets,a box of old letters,a sourdough starter,a sketchbook,a chess set,a folding kayak'.split(
    ',',
  )
const topics =
  'the garden plan,her new job,the school play,a birthday surprise,the broken heating,their trip to the coast,the budget review,a recipe for lentil soup,the neighbours,a film about penguins'.split(
    ',',
  )
const times =
  'on Monday morning,last weekend,two days ago,after dinner,during the storm,before the meeting,in early spring,at noon,late at night,on the first of May'.split(
    ',',
  )
const likes =
  'jazz records,cold swimming,sour cherries,long train rides,board games,black tea,wild mushrooms,detective novels,mountain biking,quiet mornings'.split(
    ',',
  )

/** Sentences with gaps; each gap takes a word by the number of the text. */
const patterns: readonly ((pick: (words: readonly string[]) => string, n: number) => string)[] = [
  (p, n) => `${p(people)} bought ${p(things)} at ${p(places)} ${p(times)} and paid ${n % 97} euros for it.`,
  (p, n) =>
    `${p(people)} told ${p(people)} about ${p(topics)} while they walked to ${p(places)}, ticket number ${n}.`,
  (p, n) =>
    `Remember that ${p(people)} really likes ${p(likes)} but cannot stand ${p(likes)}, as noted in entry ${n}.`,
  (p, n) =>
    `${p(times)}, ${p(people)} left ${p(things)} at ${p(places)} and asked us to keep it in locker ${n}.`,
  (p, n) =>
    `The appointment with ${p(people)} at ${p(places)} was moved; the new reference is ${n}, and the reason was ${p(topics)}.`,
  (p, n) => `${p(people)} prefers ${p(likes)} over ${p(likes)} and will bring ${p(things)} to meeting ${n}.`,
  (p, n) =>
    `We talked about ${p(topics)} ${p(times)}; ${p(people)} took ${n % 31} pages of notes and promised an answer in ${n} days.`,
  (p, n) =>
    `${p(people)} and ${p(people)} met at ${p(places)} to share ${p(things)}, which they had ordered as lot ${n}.`,
]

/**
 * Made-up memories of 8 to 25 words. Text `n` is always the same, and no two are equal, so that a run can be
 * repeated and a cache cannot help it.
 */
export function sampleTexts(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => sampleText(first + i))
}

function sampleText(n: number): string {
  let state = Math.imul(n + 1, 0x9e3779b1) >>> 0
  const pick = (words: readonly string[]): string => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return words[(state >>> 16) % words.length] as string
  }
  const pattern = patterns[n % patterns.length] as (typeof patterns)[number]
  return pattern(pick, n)
}
