export const share = {
  button: 'Share',
  title: 'Share this album',
  close: 'Close',
  intro:
    'A link opens the album on any phone or computer, without signing in. It is also how you get to it on another device of your own.',
  access: {
    view: {
      title: 'To look',
      text: 'See all photos, and save them.',
    },
    edit: {
      title: 'To look and change',
      text: 'Also add photos, stop them, try them again, and erase them: everything but share it.',
    },
  },
  make: {
    question: 'What may others do?',
    button: 'Make a link',
  },
  made: {
    view: 'Here is your link to look at the album. It is shown only now; you can always make another.',
    edit: 'Here is your link to look at the album and change it. It is shown only now; you can always make another.',
    address: 'Link to the album',
    copy: 'Copy the link',
    copied: 'Copied',
    copy_by_hand:
      'That did not work in this browser. The link is marked: press Ctrl+C, or hold it and choose “Copy”.',
    send: 'Send…',
    code: 'Or hold the camera of a phone over this picture.',
    code_title: 'The link as a picture for cameras',
    another: 'Make another link',
  },
  list: {
    heading: 'Links that open this album',
    made: 'Made on {{date}}',
    made_now: 'Made just now',
    end: 'End this link',
    end_named: 'End this link, made on {{date}}',
    end_really: 'End it for everybody',
    keep: 'Keep it',
  },
  trouble: 'The photo service did not answer. Please try again in a moment.',
  not_yours: 'Only whoever began this album can make links to it. Please ask them.',
  opening: 'Opening the album…',
  waiting: 'We cannot reach the photo service right now. We keep trying; the album opens by itself.',
  gone: {
    title: 'This link opens no album',
    why: 'It has ended, or a part of it got lost on the way. Please ask whoever gave it to you for another one.',
  },
  trouble_opening: 'The album could not be opened',
  again: 'Try again',
} as const;
