export const failure = {
  bad_image: 'This picture could not be read. Copy or scan it again, then add the new file.',
  workflow_invalid:
    'The restoring machine is not set up for this kind of photo. Please tell whoever runs the photo service. Your original is unchanged.',
  engine_unreachable:
    'The restoring machine did not answer. Your original is unchanged; please try again a little later.',
  upstream_garbage:
    'Something else answered in place of the restoring machine. Please tell whoever runs the photo service. Your original is unchanged.',
  bad_output:
    'The restoring machine twice gave back no usable picture. Your original is unchanged. Try again, or choose another look.',
  engine_lost_prompt:
    'The restoring machine was restarted in the middle of it. Your original is unchanged; please try again.',
  out_of_memory:
    'The picture was too big for the restoring machine. Your original is unchanged; try again, or add a smaller copy.',
  timed_out:
    'It took too long and was stopped. Your original is unchanged; try again, or add a smaller copy.',
  worker_crashed: 'The computer that worked on it stopped. Your original is unchanged; please try again.',
  storage_unavailable:
    'The photo service could not save the picture. Your original is unchanged; please try again a little later.',
  photo_missing: 'The photo service no longer has this photo. Please add it once more.',
  malformed_message: 'The photo got lost on its way to the restoring machine. Please try again.',
  unknown: 'Something unexpected went wrong. Your original is unchanged; please try again.',
} as const;
