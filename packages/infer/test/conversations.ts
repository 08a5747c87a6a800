/** Conversations of our own, and what a model could make of each. */
export interface Conversation {
  readonly language: string
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[]
  readonly facts: readonly { readonly text: string; readonly sources: readonly number[] }[]
}

export const conversations: readonly Conversation[] = [
  {
    language: 'English',
    messages: [
      {
        role: 'user',
        content: 'My sister Nora starts as a nurse in Leeds on Monday, we are all so proud of her.',
      },
      {
        role: 'assistant',
        content: 'Wonderful! A fountain pen with her initials would make a good present.',
      },
      { role: 'user', content: 'She hates pens. But she collects old maps of Yorkshire.' },
    ],
    facts: [
      { text: 'The user has a sister Nora who starts as a nurse in Leeds on Monday', sources: [0] },
      { text: 'Nora collects old maps of Yorkshire and hates pens', sources: [2] },
    ],
  },
  {
    language: 'German',
    messages: [
      {
        role: 'user',
        content: 'Wir ziehen im Herbst von Kiel nach Graz, weil Jonas dort an der Oper anfängt.',
      },
      { role: 'assistant', content: 'Wie schön! Braucht ihr einen Kindergartenplatz?' },
      { role: 'user', content: 'Ja, für Mila, sie wird im Juli vier und verträgt keine Milch.' },
    ],
    facts: [
      {
        text: 'Der Nutzer zieht im Herbst von Kiel nach Graz, weil Jonas dort an der Oper anfängt',
        sources: [0],
      },
      { text: 'Mila wird im Juli vier und verträgt keine Milch', sources: [2] },
    ],
  },
  {
    language: 'Spanish',
    messages: [
      {
        role: 'user',
        content: 'Desde enero corro tres veces por semana, pero la rodilla izquierda me molesta.',
      },
      { role: 'assistant', content: 'Prueba a nadar los martes.' },
      { role: 'user', content: 'Me da miedo el agua desde que casi me ahogo en Cádiz en 2011.' },
    ],
    facts: [
      {
        text: 'El usuario corre tres veces por semana desde enero y le molesta la rodilla izquierda',
        sources: [0],
      },
      { text: 'El usuario tiene miedo del agua desde que casi se ahoga en Cádiz en 2011', sources: [2] },
    ],
  },
  {
    language: 'Chinese',
    messages: [
      { role: 'user', content: '我妈妈下周从成都来看我，她不吃辣。' },
      { role: 'assistant', content: '可以带她去西湖边的素菜馆。' },
      { role: 'user', content: '好，她最喜欢豆腐，晚上九点以前要睡觉。' },
    ],
    facts: [
      { text: '用户的妈妈下周从成都来，她不吃辣', sources: [0] },
      { text: '用户的妈妈最喜欢豆腐，晚上九点以前睡觉', sources: [2] },
    ],
  },
  {
    language: 'Japanese',
    messages: [
      { role: 'user', content: '来月から札幌の支店で働くことになりました。猫のモモも連れて行きます。' },
      { role: 'assistant', content: 'おめでとうございます。ペット可の部屋を探しましょうか。' },
      { role: 'user', content: 'お願いします。家賃は八万円までで、地下鉄の駅に近い部屋がいいです。' },
    ],
    facts: [
      { text: 'ユーザーは来月から札幌の支店で働き、猫のモモも連れて行く', sources: [0] },
      { text: 'ユーザーは家賃八万円までで地下鉄の駅に近い部屋がいい', sources: [2] },
    ],
  },
  {
    language: 'Arabic',
    messages: [
      { role: 'user', content: 'أخي سامي يدرس الهندسة في تونس ويعود إلى عمان في يونيو.' },
      { role: 'assistant', content: 'هل تريد أن نخطط لحفلة استقبال؟' },
      { role: 'user', content: 'نعم، لكن سامي لا يحب المفاجآت ويفضل عشاء هادئا في البيت.' },
    ],
    facts: [
      { text: 'سامي أخو المستخدم يدرس الهندسة في تونس ويعود إلى عمان في يونيو', sources: [0] },
      { text: 'سامي لا يحب المفاجآت ويفضل عشاء هادئا في البيت', sources: [2] },
    ],
  },
]
