import { useSyncExternalStore } from 'react';
import { operatorKey } from './api/operator-key.js';
import { OperatorFrame } from './frame/operator-frame.js';
import { OperatorViews } from './frame/operator-views.js';
import { SignIn } from './frame/sign-in.js';
import './frame/operator.css';
import { learnWords } from './learn-words.js';

learnWords();

/** The page for those who run the photo service. All of it is asked for with a key, by which the API knows who may what. */
export function OperatorRoom() {
  const key = useSyncExternalStore(operatorKey.subscribe, operatorKey.read);
  return (
    <OperatorFrame isSignedIn={key !== null}>{key === null ? <SignIn /> : <OperatorViews />}</OperatorFrame>
  );
}
