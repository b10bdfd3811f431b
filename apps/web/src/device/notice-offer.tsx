import { Button, Group, Text } from '@mantine/core';
import { notifications, notificationsStore } from '@mantine/notifications';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import { deviceStore } from './device-store.js';

const OFFER_ID = 'notice-offer';
const DECLINED_KEY = 'photo-repair.no-notices';
/** Who gets their photos sooner need not be asked anything. */
const PATIENCE_MS = 15_000;

let timer: ReturnType<typeof setTimeout> | undefined;

/** Offers to tell when the photos are ready, once waiting has become long; nothing where it was answered before. */
export function offerNotice(): void {
  clearTimeout(timer);
  if (!canAsk()) return;
  timer = setTimeout(() => {
    notifications.show({
      id: OFFER_ID,
      message: <NoticeOffer />,
      autoClose: false,
      onClose: decline,
      closeButtonProps: { 'aria-label': i18next.t('shell:notice.no') },
    });
  }, PATIENCE_MS);
}

/** There is nothing to wait for any more. */
export function withdrawOffer(): void {
  clearTimeout(timer);
  // Unlike `hide`, this is no answer of the person.
  notifications.updateState(notificationsStore, (shown) => shown.filter(({ id }) => id !== OFFER_ID));
}

/** One notification for an album, whatever many tabs show it. */
export function showNotice(albumId: string, title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notice = new Notification(title, { body, tag: albumId, icon: './icon-192.png' });
    notice.addEventListener('click', () => {
      window.focus();
      notice.close();
    });
  } catch (error) {
    // Browsers of phones have the class, but let only service workers use it. The title tells all the same.
    console.info('No notification here.', error);
  }
}

function NoticeOffer() {
  const { t } = useTranslation('shell');
  return (
    <>
      <Text>{t('notice.offer')}</Text>
      <Group gap="xs" mt="xs">
        <Button size="sm" mih={44} onClick={() => void Notification.requestPermission().then(withdrawOffer)}>
          {t('notice.yes')}
        </Button>
        <Button size="sm" mih={44} variant="default" onClick={() => notifications.hide(OFFER_ID)}>
          {t('notice.no')}
        </Button>
      </Group>
    </>
  );
}

/** There is no `Notification` over plain http, nor in some browsers of phones. */
function canAsk(): boolean {
  return (
    'Notification' in window &&
    Notification.permission === 'default' &&
    deviceStore.getItem(DECLINED_KEY) === null
  );
}

function decline(): void {
  try {
    deviceStore.setItem(DECLINED_KEY, 'yes');
  } catch (error) {
    // Then it is asked again at the next visit.
    console.warn('This device is full.', error);
  }
}
