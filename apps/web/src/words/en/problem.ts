export const problem = {
  no_files: 'No photo arrived. Please choose it once more.',
  malformed_multipart: 'The photo did not arrive whole. Please try again.',
  file_too_large:
    'This photo is larger than {{max, number}} MB. Save a smaller copy, or scan it at 300 to 600 dpi.',
  unsupported_format:
    'We can read JPG, PNG and BMP photos. This file is of another kind: save it as JPG, then add it again.',
  image_damaged: 'The file is damaged or was not copied completely. Please copy it again, then add it.',
  image_too_many_pixels: 'This picture is too big in width and height. Save a smaller copy, then add that.',
  image_too_small:
    'This picture is too small to work with. Is there a larger copy, or can you scan it again?',
  unknown_task_type: 'This choice is not offered any more. Load the page again and choose once more.',
  invalid_parameter: 'The photo service did not accept the settings. Load the page again, then try again.',
  invalid_request: 'The photo service did not understand this page. Load the page again, then try again.',
  foreign_site: 'This page may not use the photo service. Please open the service at its own address.',
  not_found: 'The photo service does not have this any more. Load the page again to see what there is.',
  too_many_files: 'Too many photos at once. Please send them one by one.',
  unsupported_content_encoding:
    'The photo arrived packed, which we cannot read. Load the page again, then try again.',
  bad_aspect: 'This picture is far too long and narrow to work with. Cut it into parts, then add those.',
  url_not_allowed: 'The photo service may not fetch photos from this address. Please send the photo itself.',
  fetch_failed: 'There is no photo at this address. Please send the photo itself.',
  image_unreachable:
    'The place where the photo lies does not answer. Try again later, or send the photo itself.',
  callback_not_allowed:
    'The photo service may not send its results to this address. Please ask whoever runs it.',
  webhook_not_confirmed:
    'The address did not confirm that it wants the results. Please ask whoever looks after it.',
  count_changed: 'The number of photos has changed meanwhile. Nothing was done. Please look again.',
  delivery_pending: 'This message is being sent already. Please wait a moment.',
  request_too_large: 'That was too much at once. Please choose fewer photos and try again.',
  bad_cursor: 'The list has changed meanwhile. Please load the page again.',
  method_not_allowed: 'The photo service did not understand this page. Load the page again, then try again.',
  unauthorized: 'This link or key is not valid any more. Please ask whoever gave it to you for another one.',
  forbidden: 'Only the owner of the album can do this. Please ask whoever gave you the link.',
  read_only_link:
    'With this link you can look at the photos and save them, but not change anything. Ask its owner for a link to edit.',
  task_type_not_allowed: 'You may not use this choice. Please choose another one.',
  priority_not_allowed: 'You may not send urgent photos. Please send it as usual.',
  not_retryable: 'This photo cannot be tried again right now: it is in line, being worked on, or ready.',
  album_full: 'This album is full. Please begin another one for the photos that are left.',
  rate_limited: 'That was very fast. Please wait a moment; photos go on by themselves.',
  quota_exceeded: 'There is no room left for your photos. Save and erase some that are ready, then go on.',
  not_ready: 'This picture is not ready yet. Please wait a little.',
  queue_full:
    'Very many photos are waiting right now. Yours is safe here; we send it by ourselves as soon as there is room.',
  already_final: 'This photo is finished already, so it cannot be stopped any more.',
  idempotency_key_reused: 'The photo service mixed this photo up with another. Please add it once more.',
  broker_backlog_full:
    'The line is closed for a moment and very many photos wait for it. Yours is safe here; we send it by ourselves as soon as there is room.',
  intake_paused:
    'The photo service takes no new photos for a while. Yours is safe here; we send it by ourselves as soon as it does again.',
  storage_full:
    'The photo service has no room for more photos right now. Yours is safe here; we try again by ourselves. Please tell whoever runs it.',
  storage_unavailable:
    'The photo service cannot reach the place where it keeps photos right now. Yours is safe here; we try again by ourselves.',
  database_unavailable:
    'The photo service cannot look into its list of photos right now. What is not sent yet is safe here; we send it by ourselves as soon as it works again.',
  internal_error: 'Something went wrong at the photo service. Your original is unchanged. Please try again.',
  offline: 'The photo service does not answer. Nothing is lost; we go on by ourselves once it is back.',
  heic_photo:
    'This is an iPhone HEIC photo, which we cannot read. Save it as JPG, or open this page on the iPhone and add it there.',
  unreadable: 'This device could not read the file. Please choose it once more.',
  duplicate: 'You have added this photo already, so it is not sent twice.',
} as const;
