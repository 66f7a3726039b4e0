/** What is used of Firebase, in a file of its own: only cities that have it load it. */
export { initializeApp } from "@firebase/app";
export {
  createUserWithEmailAndPassword,
  initializeAuth,
  inMemoryPersistence,
  sendPasswordResetEmail,
  signInWithEmailAndPassword,
} from "@firebase/auth";
