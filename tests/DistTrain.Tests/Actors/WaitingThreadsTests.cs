using DistTrain.Node.Actors.Dispatch;
using DistTrain.Training.Sharing;

namespace DistTrain.Tests.Actors;

public sealed class WaitingThreadsTests
{
    private readonly WaitingThreads waiting = new();

    /// <summary>With nobody else about, with one helper, and with more of them than processors.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void Every_part_is_done_once_and_before_the_owner_goes_on(int helpers)
    {
        const int Rounds = 3_000;
        using var helping = new Helpers(waiting, helpers);
        for (int round = 0; round < Rounds; round++)
        {
            var work = new Counted(1 + (round % IDividedWork.MostParts));
            waiting.Run(work);
            Assert.All(work.Done, times => Assert.Equal(1, times));
        }

        Assert.False(waiting.HaveWork);
    }

    /// <summary>The owner's part does not end before another one has begun: nobody but a helper can begin it.</summary>
    [Fact]
    public void Thread_that_waits_takes_part()
    {
        using var helping = new Helpers(waiting, 1);
        using var begun = new CountdownEvent(2);
        var threads = new HashSet<Thread>();

        waiting.Run(new Parts(2, _ =>
        {
            lock (threads)
            {
                threads.Add(Thread.CurrentThread);
            }

            begun.Signal();
            Assert.True(begun.Wait(Plane.Wait.Deadline));
        }));

        Assert.Equal(2, threads.Count);
        Assert.Contains(Thread.CurrentThread, threads);
    }

    [Fact]
    public void Works_of_several_owners_at_once_are_each_done_once()
    {
        const int Rounds = 2_000;
        using var helping = new Helpers(waiting, 1);
        OnThreads(3, () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                var work = new Counted(8);
                waiting.Run(work);
                Assert.All(work.Done, times => Assert.Equal(1, times));
            }
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_a_part_throws_is_thrown_to_the_owner_after_all_the_others_are_done_and_the_next_work_is_done(int helpers)
    {
        using var helping = new Helpers(waiting, helpers);
        Assert.Equal(8, BegunWhenPartFiveFails(waiting.Run));
    }

    /// <summary>So a part is done by the thread in whose cache its moments are, whichever of them brought the last gradient.</summary>
    [Theory]
    [InlineData(true, 0, 4)]
    [InlineData(false, 4, 0)]
    public void Each_thread_begins_at_a_place_of_its_own(bool ownerJoinsFirst, int ownersFirst, int othersFirst)
    {
        if (ownerJoinsFirst)
        {
            waiting.Join();
        }

        using var helping = new Helpers(waiting, 1);
        if (!ownerJoinsFirst)
        {
            waiting.Join();
        }

        var owner = Thread.CurrentThread;
        int[] first = [-1, -1];
        using var both = new CountdownEvent(2);
        waiting.Run(new Parts(8, part =>
        {
            ref int mine = ref first[Thread.CurrentThread == owner ? 0 : 1];
            if (mine < 0)
            {
                mine = part;
                both.Signal();
                Assert.True(both.Wait(Plane.Wait.Deadline));
            }
        }));
        waiting.Leave();

        Assert.Equal([ownersFirst, othersFirst], first);
    }

    /// <summary>Gradients of workers that are at them at once, while others wait: with more owners than processors too.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 2)]
    public void Every_part_of_works_of_several_owners_is_done_once(int owners, int helpers)
    {
        const int Rounds = 2_000;
        using var helping = new Helpers(waiting, helpers);
        OnThreads(owners, () =>
        {
            using var joined = new Joined(waiting);
            for (int round = 0; round < Rounds; round++)
            {
                // An update now and then, while others share gradients.
                var work = new Counted(1 + (round % IDividedWork.MostParts));
                if (round % 8 == 0)
                {
                    waiting.Run(work);
                }
                else
                {
                    waiting.Share(work);
                }

                Assert.All(work.Done, times => Assert.Equal(1, times));
            }
        });

        Assert.False(waiting.HaveWork);
    }

    /// <summary>Though the owner has begun: it is at the first part until another thread has done all the others, from the last one on.</summary>
    [Fact]
    public void Thread_that_waits_takes_shared_parts_from_the_end()
    {
        using var joined = new Joined(waiting);
        using var helping = new Helpers(waiting, 1);
        using var others = new CountdownEvent(3);
        var owner = Thread.CurrentThread;
        var order = new List<int>();

        waiting.Share(new Parts(4, part =>
        {
            if (part == 0)
            {
                Assert.True(others.Wait(Plane.Wait.Deadline));
                return;
            }

            Assert.NotEqual(owner, Thread.CurrentThread);
            order.Add(part);
            others.Signal();
        }));

        Assert.Equal([3, 2, 1], order);
    }

    /// <summary>Nobody would come to it: a thread of the pool, such as one that evaluates.</summary>
    [Fact]
    public void Thread_that_has_not_joined_shares_nothing()
    {
        using var helping = new Helpers(waiting, 1);
        var threads = new HashSet<Thread>();

        waiting.Share(new Parts(8, _ => threads.Add(Thread.CurrentThread)));

        Assert.Equal([Thread.CurrentThread], threads);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void What_a_shared_part_throws_is_thrown_to_its_owner(int helpers)
    {
        using var joined = new Joined(waiting);
        using var helping = new Helpers(waiting, helpers);
        // Alone it is over at once; with others about all parts are done first.
        Assert.Equal(helpers == 0 ? 6 : 8, BegunWhenPartFiveFails(waiting.Share));
    }

    /// <summary>Has eight parts done, of which one throws, and after them another work.</summary>
    /// <returns>How many of the eight were begun.</returns>
    private static int BegunWhenPartFiveFails(Action<IDividedWork> run)
    {
        int begun = 0;
        var failing = new Parts(8, part =>
        {
            Interlocked.Increment(ref begun);
            if (part == 5)
            {
                throw new InvalidDataException("part 5");
            }
        });

        Assert.Equal("part 5", Assert.Throws<InvalidDataException>(() => run(failing)).Message);
        var next = new Counted(8);
        run(next);
        Assert.All(next.Done, times => Assert.Equal(1, times));
        return begun;
    }

    private static void OnThreads(int count, Action work)
    {
        Exception? failed = null;
        Thread[] threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception error)
            {
                failed = error;
            }
        }))];

        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => Assert.True(thread.Join(Plane.Wait.Deadline)));
        Assert.Null(failed);
    }

    /// <summary>The calling thread has joined as long as this lasts.</summary>
    private sealed class Joined : IDisposable
    {
        private readonly WaitingThreads waiting;

        public Joined(WaitingThreads waiting)
        {
            this.waiting = waiting;
            waiting.Join();
        }

        public void Dispose() => waiting.Leave();
    }

    private sealed class Parts(int parts, Action<int> work) : IDividedWork
    {
        int IDividedWork.Parts => parts;

        public void Do(int part) => work(part);
    }

    private sealed class Counted(int parts) : IDividedWork
    {
        public int[] Done { get; } = new int[parts];

        public int Parts => Done.Length;

        public void Do(int part) => Interlocked.Increment(ref Done[part]);
    }

    /// <summary>Threads that have joined and do nothing but help.</summary>
    private sealed class Helpers : IDisposable
    {
        private readonly Thread[] threads;
        private volatile bool enough;

        public Helpers(WaitingThreads waiting, int count)
        {
            using var joined = new CountdownEvent(count);
            threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() =>
            {
                waiting.Join();
                joined.Signal();
                while (!enough)
                {
                    waiting.Help();
                    Thread.Yield();
                }

                waiting.Leave();
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Assert.True(joined.Wait(Plane.Wait.Deadline));
        }

        public void Dispose()
        {
            enough = true;
            Array.ForEach(threads, thread => Assert.True(thread.Join(Plane.Wait.Deadline)));
        }
    }
}
