/**
 * English words that shape a sentence and do not say what it is about. They include the pieces that an apostrophe
 * leaves: `don't` is read as `don` and `t`. They do not include `may`, which is also a month.
 */
export const stopWords: ReadonlySet<string> = new Set(
  `a an the this that these those such same other own each few more most some any all both
  i me my mine myself we us our ours ourselves you your yours yourself yourselves
  he him his himself she her hers herself it its itself they them their theirs themselves
  who whom whose what which when where why how
  am is are was were be been being do does did doing have has had having
  can could might must shall should will would ought
  and but or nor if because as while until than so not no only too very just now then there here
  of at by for with about against between into through during before after above below to from
  up down in out on off over under again further once upon
  s t d m ll re ve don didn doesn isn aren wasn weren hasn haven hadn won wouldn couldn shouldn mustn
  cannot shan ain`.split(/\s+/),
)
