/**
 * Every sentence of the page in English. `{name}` is filled in by `words.ts`. Plain words only: what happened, and
 * what to do now. The Chinese texts must have the same keys and the same names in braces (a test sees to it).
 */
export const english = {
  'page.title': 'Bring colour to old photos',
  'page.intro':
    'Add your old photos. Each one waits its turn, is restored, and comes back here for you to keep.',
  'page.counter': '{done} of {total} ready',
  'page.heading': 'Your photos',
  'page.privacy':
    'This device remembers your photos here, so you can close the page and come back. The originals are never changed.',
  'page.language': '中文',

  'kind.question': 'What would you like for your photos?',
  'kind.loading': 'One moment…',

  'add.drop': 'Drop your photos here, or',
  'add.choose': 'Choose photos',
  'add.drop_now': 'Let go to add the photos',
  'add.hint': 'JPG, PNG or BMP, up to {max} MB each. You can add many at once.',
  'add.wait': 'Adding photos works again as soon as the photo service answers.',

  'link.away':
    'We cannot reach the photo service right now. Photos already sent are safe and keep their place. We keep trying and carry on by ourselves.',
  'link.away_unsent': 'Please keep this page open until your remaining photos are sent.',

  'photo.checking': 'Looking at the photo…',
  'photo.waiting_to_send': 'Waiting to be sent',
  'photo.sending': 'Sending… {percent}%',
  'photo.sent': 'Sent. Checking the photo…',
  'photo.looking': 'Asking how far this photo is…',
  'photo.next_in_line': 'Next in line',
  'photo.place': '{place} in line',
  'photo.in_line': 'In line',
  'photo.preparing': 'Your turn: getting the photo ready…',
  'photo.waiting_for_engine': 'Your turn: waiting for the colouring machine…',
  'photo.running': 'Restoring your photo…',
  'photo.running_percent': 'Restoring your photo… {percent}%',
  'photo.saving': 'Almost done: saving the new picture…',
  'photo.working': 'Working on your photo…',
  'photo.done': 'Ready',
  'photo.failed': 'This one did not work',
  'photo.refused': 'This file cannot be used',
  'photo.not_sent': 'Not sent',
  'photo.stopped': 'Stopped. Your original is unchanged.',
  'photo.expired':
    'This photo waited too long and left the line. Your original is unchanged; you can try again.',
  'photo.gone': 'This photo is no longer kept by the photo service.',
  'photo.broker_unreachable':
    'Your photo is safe; the queue is away for a moment. It goes on by itself as soon as the queue is back.',
  'photo.retry_delay': 'The first try did not work. We wait a moment and try again by ourselves.',
  'photo.gpu_memory':
    'Waiting for GPU memory. Your photo keeps its place and goes on by itself as soon as there is enough.',
  'photo.gpu_memory_percent':
    'Waiting for GPU memory, {percent}% used. Your photo keeps its place and goes on by itself as soon as there is enough.',
  'photo.no_worker':
    'No colouring machine is running for this kind of photo right now. Yours keeps its place and goes on by itself.',
  'photo.moved_back.priority': 'An urgent photo went ahead.',
  'photo.moved_back.fair_share':
    'Somebody with fewer photos in line went ahead, so that everyone gets their turn.',
  'photo.moved_back.returned': 'A photo that was ahead of yours came back to its place.',
  'photo.trying_again': 'The first try did not work. We try again by ourselves.',
  'photo.picture': 'Your photo {name}',
  'photo.progress': 'Progress of {name}',
  'photo.before': 'Before',
  'photo.after': 'After',
  'photo.compare': 'Slide between before and after: {name}',
  'photo.compare_value': '{percent}% of the coloured picture shows',

  'when.soon': 'Ready in less than a minute',
  'when.minutes': 'Ready in {from} to {to} minutes',
  'when.hours': 'Ready in {from} to {to} hours',
  'when.days': 'Ready in {from} to {to} days',
  'when.about_minutes': 'Ready in about {to} minutes',
  'when.about_hours': 'Ready in about {to} hours',
  'when.about_days': 'Ready in about {to} days',

  'act.download': 'Save the new picture',
  'act.again': 'Try again',
  'act.remove': 'Take off this list',
  'act.remove_named': 'Take {name} off this list',

  'honest.guess': 'The colours are a computer’s guess. The true colours of that day may have been different.',
  'honest.preview': 'Coloured by the built-in preview engine, not DDColor.',
  'honest.ddcolor': 'Coloured by DDColor in the built-in engine.',
  'honest.comfyui': 'Coloured by ComfyUI.',
  'honest.built_in': 'Coloured by the built-in engine.',

  'say.progress': '{done} of {total} photos are ready.',
  'say.progress_failed': '{done} of {total} photos are ready. {failed} did not work.',
  'say.back': 'The photo service answers again.',

  'problem.no_files': 'No photo arrived. Please choose it once more.',
  'problem.malformed_multipart': 'The photo did not arrive whole. Please try again.',
  'problem.file_too_large':
    'This photo is larger than {max} MB. Save a smaller copy, or scan it at 300 to 600 dpi.',
  'problem.unsupported_format':
    'We can read JPG, PNG and BMP photos. This file is of another kind: save it as JPG, then add it again.',
  'problem.image_damaged': 'The file is damaged or was not copied completely. Please copy it again.',
  'problem.image_too_many_pixels': 'This picture is too big in width and height. Please save a smaller copy.',
  'problem.image_too_small': 'This picture is too small to work with. Is there a larger copy?',
  'problem.unknown_task_type':
    'This choice is not offered any more. Load the page again and choose once more.',
  'problem.invalid_parameter':
    'The photo service did not accept the settings. Load the page again, then try again.',
  'problem.invalid_request':
    'The photo service did not understand this page. Load the page again, then try again.',
  'problem.foreign_site':
    'This page may not use the photo service. Please open the service at its own address.',
  'problem.not_found': 'The photo service does not know this photo any more.',
  'problem.too_many_files': 'Too many photos at once. Please send them one by one.',
  'problem.unsupported_content_encoding':
    'The photo arrived packed, which we cannot read. Load the page again, then try again.',
  'problem.bad_aspect': 'This picture is far too long and narrow to work with. Please cut it first.',
  'problem.url_not_allowed':
    'The photo service may not fetch photos from this address. Please send the photo itself.',
  'problem.fetch_failed': 'There is no photo at this address. Please send the photo itself.',
  'problem.image_unreachable':
    'The place where the photo lies does not answer. Please try again later, or send the photo itself.',
  'problem.callback_not_allowed': 'The photo service may not send its results to this address.',
  'problem.webhook_not_confirmed': 'The address did not confirm that it wants the results.',
  'problem.delivery_pending': 'This message is being sent already. Please wait a moment.',
  'problem.request_too_large': 'That was too much at once. Please send fewer or smaller photos.',
  'problem.bad_cursor': 'The list has changed. Load the page again.',
  'problem.method_not_allowed':
    'The photo service did not understand this page. Load the page again, then try again.',
  'problem.unauthorized': 'This link or key is not valid any more. Please ask whoever gave it to you.',
  'problem.forbidden': 'You may not do this. Please ask whoever runs the photo service.',
  'problem.read_only_link': 'With this link you can look at the photos, but not change anything.',
  'problem.task_type_not_allowed': 'You may not use this choice. Please choose another one.',
  'problem.priority_not_allowed': 'You may not send urgent photos. Please send it as usual.',
  'problem.not_retryable': 'This photo cannot be tried again right now.',
  'problem.album_full': 'This album is full. Please begin a new one.',
  'problem.rate_limited': 'That was very fast. We go on by ourselves in a moment.',
  'problem.quota_exceeded':
    'There is no room left for your photos. Erase some that you have saved, then go on.',
  'problem.not_ready': 'This picture is not ready yet. Please wait a little.',
  'problem.queue_full':
    'Very many photos are waiting right now. We send yours by ourselves as soon as there is room.',
  'problem.already_final': 'This photo is finished already, so it cannot be stopped any more.',
  'problem.idempotency_key_reused':
    'The photo service mixed this photo up with another. Please add it once more.',
  'problem.broker_backlog_full':
    'The queue is away and very many photos wait for it. We send yours by ourselves as soon as there is room.',
  'problem.storage_full':
    'The photo service has no room for more photos right now. We try again by ourselves; tell whoever runs it.',
  'problem.internal_error':
    'Something went wrong at the photo service. Your original is unchanged. Please try again.',
  'problem.offline': 'No connection. The photo stays here and is sent by itself once the connection is back.',
  'problem.heic_photo':
    'This is an iPhone HEIC photo, which we cannot read. Save it as JPG, or add it straight from the iPhone.',
  'problem.unreadable': 'This device could not read the file. Please choose it once more.',

  'failure.bad_image': 'This picture could not be read. Copy or scan it again, then add the new file.',
  'failure.workflow_invalid':
    'The colouring machine is not set up for this kind of photo. Tell whoever runs it; your original is unchanged.',
  'failure.engine_unreachable':
    'The colouring machine did not answer. Your original is unchanged. Try again later.',
  'failure.upstream_garbage':
    'Something else answered in place of the colouring machine. Please tell the operator. Your original is unchanged.',
  'failure.bad_output':
    'The colouring machine twice gave back no usable picture. Your original is unchanged. Try again, or choose another look.',
  'failure.engine_lost_prompt':
    'The colouring machine was restarted meanwhile. Your original is unchanged. Try again.',
  'failure.out_of_memory': 'The picture was too big for the colouring machine. Try a smaller copy.',
  'failure.timed_out': 'Colouring took too long and was stopped. Try again, or try a smaller copy.',
  'failure.worker_crashed': 'The computer that worked on it stopped. Your original is unchanged. Try again.',
  'failure.storage_unavailable':
    'The picture could not be saved at the photo service. Your original is unchanged. Try again later.',
  'failure.photo_missing': 'The photo service no longer has this photo. Please add it once more.',
  'failure.malformed_message': 'The photo got lost on its way to the colouring machine. Please try again.',
  'failure.unknown': 'Something unexpected went wrong. Your original is unchanged. Please try again.',
} as const;
