/** Common irregular forms of English. Commas separate groups; the first word of a group stands for the rest. */
const irregularForms = `go went gone, say said, make made, take took taken, come came, see saw seen,
know knew known, get got gotten, give gave given, find found, think thought, tell told, become became,
leave left, feel felt, bring brought, begin began begun, keep kept, hold held, write wrote written,
stand stood, hear heard, mean meant, meet met, run ran, pay paid, sit sat, speak spoke spoken, lead led,
grow grew grown, lose lost, fall fell fallen, send sent, build built, understand understood,
draw drew drawn, break broke broken, spend spent, rise rose risen, drive drove driven, buy bought,
wear wore worn, choose chose chosen, eat ate eaten, sing sang sung, swim swam swum, win won, teach taught,
catch caught, sell sold, fight fought, throw threw thrown, fly flew flown, sleep slept,
forget forgot forgotten, drink drank drunk, ride rode ridden, shake shook shaken, steal stole stolen,
wake woke woken, hide hid hidden, bite bit bitten, blow blew blown, feed fed, shoot shot, hang hung, dig dug,
lend lent, bend bent, seek sought, show shown, child children, man men, woman women, person people,
foot feet, tooth teeth, mouse mice, life lives, wife wives, knife knives, good better best, bad worse worst`

const baseOf: ReadonlyMap<string, string> = new Map(
  irregularForms.split(/,\s+/).flatMap(line => {
    const [base = '', ...forms] = line.split(' ')
    return forms.map(form => [form, base] as const)
  }),
)

const vowel = /[aeiouy]/

/**
 * Returns the stem that the inflected forms of an English word share: plurals, `-ed`, `-ing`, `-ly`, a final `e` or
 * `y`, and common irregular forms. Derived words (`nation`, `national`) keep different stems. A stem need not be a
 * word. Expects a word in lower case.
 */
export function stemEnglish(word: string): string {
  let stem = baseOf.get(word) ?? word
  if (stem.length < 4) return stem
  stem = withoutPlural(stem)
  stem = withoutEnding(stem, 'ing') ?? withoutEnding(stem, 'ed') ?? stem
  if (stem.length > 4 && stem.endsWith('ly')) stem = stem.slice(0, -2)
  if (stem.length > 3 && stem.endsWith('e')) stem = stem.slice(0, -1)
  if (stem.length > 2 && /[^aeiou]y$/.test(stem)) stem = `${stem.slice(0, -1)}i`
  return stem
}

function withoutPlural(word: string): string {
  if (!word.endsWith('s') || /[siu]s$/.test(word)) return word
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  return word.slice(0, /(?:ss|sh|ch|x|z)es$/.test(word) ? -2 : -1)
}

/** Undefined if the ending belongs to the word, as in `sing` and `need`. */
function withoutEnding(word: string, ending: string): string | undefined {
  if (!word.endsWith(ending) || word.endsWith('eed')) return undefined
  const rest = word.slice(0, -ending.length)
  if (rest.length < 2 || !vowel.test(rest)) return undefined
  // `running` has doubled its last letter, `falling`, `passing` and `buzzing` have not.
  const doubled = rest.length > 3 && rest.at(-1) === rest.at(-2) && !/[lsz]$/.test(rest)
  return doubled ? rest.slice(0, -1) : rest
}
