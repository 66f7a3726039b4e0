/** What is used of Firebase, in a file of its own: only cities that have it load it. */
import * as firebase from "@firebase/app";

// It would note on the phone on which days somebody signed in, and tell Google; nothing public turns it off.
(firebase as unknown as { _components: Map<string, unknown> })._components.delete("heartbeat");

export { initializeApp } from "@firebase/app";
export {
  createUserWithEmailAndPassword,
  initializeAuth,
  inMemoryPersistence,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
} from "@firebase/auth";
