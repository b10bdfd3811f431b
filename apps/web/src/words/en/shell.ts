export const shell = {
  name: 'Old photos in colour',
  title: 'Bring colour to old photos',
  skip: 'Skip to the content',
  home: 'To the first page',
  one_moment: 'One moment…',
  scheme: {
    auto: 'Light or dark as this device has it. Switch to light',
    light: 'Light. Switch to dark',
    dark: 'Dark. Switch to what this device has',
  },
  away: {
    safe: 'We cannot reach the photo service right now. Photos already sent are safe and keep their place; we keep trying and carry on by ourselves.',
    back: 'The photo service answers again.',
  },
  footer: {
    kept: 'Photos are kept until the date on their album, then erased for good; you can erase them any time before. Only you see them, whoever gets a link from you, and whoever runs this photo service.',
    developers: 'For developers',
  },
  notice: {
    counter: '({{done}}/{{total}}) {{title}}',
    over: '{{done}} of {{total}} photos are ready.',
    offer: 'This takes a while. Shall this device tell you when your photos are ready?',
    yes: 'Yes, tell me',
    no: 'No, thank you',
  },
  not_found: {
    title: 'There is nothing here',
    why: 'The address may have lost a letter on its way. Your albums are on the first page.',
  },
  trouble: {
    title: 'Something on this page broke',
    why: 'Your photos are safe. Load the page again, and it goes on where it was.',
    reload: 'Load the page again',
  },
} as const;
