// Package cleanup takes tags off a whole account: it finds what carries them, saves them, says what would happen, removes
// them, proves that they are gone, and puts them back when somebody asks for it.
//
//	job, err := cleanup.Create("untag-team", config, cleanup.Spec{Keys: []string{"team"}})
//	for found, err := range job.Find(ctx, cleanup.FindOptions{}) { … }
//	plan, err := job.Plan(ctx)
//	for result, err := range job.Remove(ctx, cleanup.RemoveOptions{}) { … }
//	for result, err := range job.Verify(ctx, cleanup.VerifyOptions{}) { … }
//	for result, err := range job.Restore(ctx, cleanup.RestoreOptions{}) { … }
//	err = job.Close()
//
// # The folder
//
// A job is a folder of mode 0700 with files of mode 0600. One process at a time has it open. Its files are
//
//	job.log            what the job is for, its account, and which runs of which steps began and ended
//	find.REGION.log    the rows of listings as they came, and how far each listing is
//	found.REGION       these rows sorted, each resource once; made from find.REGION.log, and made anew from it if missing
//	acts.REGION.log    intents, and what became of them: removed, refused, verified, restored
//	lock, tmp-N        the lock, and files that mean nothing once their process is gone
//
// Logs only grow. Each line is "SEQUENCE CHECKSUM JSON", and the checksum covers the lines before as well. That guards
// against accidents, a bad disk or an editor, not against tampering: it has no key. A line that a crash left without
// its end is cut off; any other damage is a [*CorruptError], and the job is not opened. Values of tags stand in these files
// and in [Found] and [Result], and in no log record and no error text.
//
// # The order
//
// Every step is built on what is on disk, in this order:
//
//  1. A page's rows are synced before its NextToken is written. So a listing goes on at a page that it may have seen,
//     never after one that it has not.
//  2. The values of a call's resources are read, by ListTagResources of these very resources, when the call's turn has come,
//     at most 5 seconds before each attempt. What is not there any more, or has another value than the Spec's pairs, is left
//     out of the call.
//  3. An intent, the resources with their keys and the values just read, is synced. Only then the removing call goes out.
//     So no key is removed whose value is not on disk. What somebody changes between the read and the call cannot be
//     seen: the services have no operation that compares before it removes.
//  4. The verdict is written. If the process dies before, the intent stands without one: the key may be gone, and if so,
//     perhaps by that call. It is Unknown, never AlreadyGone.
//  5. Restore writes the value of the last intent back for every key that an intent stands for, but those whose
//     intents the service proved to have had no effect. A key that was gone before the first intent was removed by
//     others, and stays gone.
//
// So after the end of the process at any moment, every resource that was found has a state, and every value that a call of
// the job may have removed is on disk. All steps need the same memory whatever the number of resources: what does not
// fit is sorted in the folder.
package cleanup
