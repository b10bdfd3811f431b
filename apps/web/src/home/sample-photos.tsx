import { Text, Title, UnstyledButton } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useAddFiles } from '../uploads/use-add-files.js';
import classes from './sample-photos.module.css';
import { SAMPLES, type Sample } from './samples.js';

/** For those who have no old photo at hand: one press, and one of ours goes the way of all photos. */
export function SamplePhotos() {
  const { t } = useTranslation('home');
  const addFiles = useAddFiles(null);
  const { mutate, isPending, variables, error } = useMutation({
    mutationFn: async (sample: Sample) => addFiles([await fetchSample(sample)]),
    networkMode: 'always',
  });
  return (
    <section className="welcome-samples" aria-labelledby="samples">
      <Title order={2} size="h5" id="samples" mb="xs">
        {t('sample.heading')}
      </Title>
      <ul className={classes.samples}>
        {SAMPLES.map((sample) => (
          <li key={sample.name}>
            <UnstyledButton
              className={classes.sample}
              disabled={isPending}
              aria-busy={isPending && variables.name === sample.name}
              aria-label={t('sample.try', { shows: t(`samples.${sample.name}`) })}
              onClick={() => mutate(sample)}
            >
              <img src={sample.small} width={240} height={180} alt="" loading="lazy" decoding="async" />
            </UnstyledButton>
          </li>
        ))}
      </ul>
      <Text role="status" mt={error ? 'xs' : 0}>
        {error && t('sample.trouble')}
      </Text>
    </section>
  );
}

async function fetchSample({ photo }: Sample): Promise<File> {
  const response = await fetch(photo);
  if (!response.ok) throw new Error(`The sample ${photo} answers ${response.status}.`);
  const blob = await response.blob();
  return new File([blob], photo.slice(photo.lastIndexOf('/') + 1), { type: blob.type });
}
