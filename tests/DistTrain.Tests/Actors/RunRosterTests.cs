using CsCheck;
using DistTrain.Node.Actors.Coordinator;
using DistTrain.Training.Synchronisation;

namespace DistTrain.Tests.Actors;

public class RunRosterTests
{
    [Fact]
    public void Member_that_was_given_up_is_never_taken_back_under_its_incarnation()
    {
        var roster = new RunRoster(4);
        RunMember first = roster.Invite("worker-1", "a:1", 11);
        Assert.True(roster.MarkReady(1, 11));
        Assert.False(roster.MarkReady(1, 11));
        roster.NextView();
        Assert.Equal([0, 1, 2, 3], roster.MarkGone(1, 11, MemberState.Suspected)!.Value.Shards);
        Assert.Null(roster.MarkGone(1, 11, MemberState.Left));
        Assert.False(roster.MarkReady(1, 11));
        Assert.Equal(MemberState.Suspected, first.State);

        RunMember again = roster.Invite("worker-1", "a:1", 12);
        Assert.Equal(2, again.Number);
        Assert.Null(roster.MarkGone(2, 11, MemberState.Suspected));
        Assert.True(roster.MarkReady(2, 12));
        Assert.Equal([2], roster.NextView().Owners.Distinct());
    }

    [Fact]
    public void Unknown_numbers_change_nothing()
    {
        var roster = new RunRoster(2);
        roster.Invite("worker-1", "a:1", 1);
        Assert.False(roster.MarkReady(0, 1));
        Assert.False(roster.MarkReady(2, 1));
        Assert.Null(roster.MarkGone(-1, 1, MemberState.Left));
        Assert.Equal(1, roster.Present);
    }

    [Fact]
    public void Blame_names_the_worker_and_the_shards_that_are_waited_for()
    {
        var roster = new RunRoster(4);
        Assert.Equal("a worker to join", roster.Blame([0]));
        roster.Invite("worker-1", "a:1", 1);
        roster.Invite("worker-1", "b:1", 2);
        roster.MarkReady(1, 1);
        roster.MarkReady(2, 2);
        roster.NextView();
        Assert.Equal("worker 2 (worker-1 at b:1) with shards 2, 3", roster.Blame([2, 3]));
        Assert.Equal("worker 1 (worker-1 at a:1) with shard 1; worker 2 (worker-1 at b:1) with shard 3", roster.Blame([1, 3]));
    }

    /// <summary>Against the simplest model: whatever joins and goes, every shard belongs to somebody who is ready.</summary>
    [Fact]
    public void View_after_any_joins_and_losses_gives_every_shard_to_a_ready_member() =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[0, 3].Array[1, 40]).Sample((shards, actions) =>
        {
            var roster = new RunRoster(shards);
            int lastView = 0;
            for (int i = 0; i < actions.Length; i++)
            {
                List<RunMember> present = [.. roster.Members.Where(member => member.IsIn)];
                switch (actions[i])
                {
                    case 0:
                        roster.Invite($"w{i}", "h", (ulong)i);
                        break;
                    case 1 when present.Count > 0:
                        roster.MarkReady(present[i % present.Count].Number, present[i % present.Count].Incarnation);
                        break;
                    case 2 when present.Count > 0:
                        roster.MarkGone(present[i % present.Count].Number, present[i % present.Count].Incarnation, MemberState.Suspected);
                        break;
                }

                View view = roster.NextView();
                Assert.Equal(++lastView, view.Number);
                HashSet<int> ready = [.. roster.Ready.Select(member => member.Number)];
                Assert.Equal(ready.Count == 0 ? 0 : shards, view.Owners.Count);
                Assert.All(view.Owners, owner => Assert.Contains(owner, ready));
            }
        });
}
