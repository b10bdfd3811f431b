import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

interface MoreButtonProps {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => Promise<unknown>;
  };
}

/** Shows more of a list; nothing at its end. */
export function MoreButton({ list }: MoreButtonProps) {
  const { t } = useTranslation('operator');
  if (!list.hasNextPage) return null;
  return (
    <Button
      variant="default"
      loading={list.isFetchingNextPage}
      onClick={() => void list.fetchNextPage()}
      style={{ justifySelf: 'center' }}
    >
      {t('more')}
    </Button>
  );
}
