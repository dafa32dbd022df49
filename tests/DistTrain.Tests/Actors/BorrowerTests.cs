using DistTrain.Node.Actors.Dispatch;
using DistTrain.Node.Plane;
using DistTrain.Training.Sharing;

namespace DistTrain.Tests.Actors;

/// <summary>Threads that help a worker on processors that others lend.</summary>
public sealed class BorrowerTests : IDisposable
{
    private readonly WaitingThreads owners = new();
    private readonly Table table = new();

    public BorrowerTests() => owners.Join();

    /// <summary>The owner is at its first part until another thread has done all the others.</summary>
    [Fact]
    public void Parts_of_a_gradient_are_done_while_a_processor_is_lent()
    {
        using var borrower = new Borrower(table, owners);
        Plane.Wait.Until(() => table.Entered);
        table.Set(lent: true);
        Share(parts: 8, part0: others => Plane.Wait.Until(() => IsCalledUntil(others.IsSet)), out HashSet<Thread> threads);
        Assert.Equal(2, threads.Count);
    }

    [Fact]
    public void Nobody_comes_while_no_processor_is_lent()
    {
        using var borrower = new Borrower(table, owners);
        Plane.Wait.Until(() => table.Entered);
        for (int round = 0; round < 200; round++)
        {
            // Called for nothing: the lender has taken it back.
            table.Call();
            Share(parts: 8, part0: _ => Thread.Yield(), out HashSet<Thread> threads);
            Assert.Equal([Thread.CurrentThread], threads);
        }
    }

    /// <summary>It ends at the part that it is at, not with the work.</summary>
    [Fact]
    public void After_each_part_it_is_asked_whether_the_processor_is_still_lent()
    {
        using var borrower = new Borrower(table, owners);
        Plane.Wait.Until(() => table.Entered);
        table.Set(lent: true);
        var owner = Thread.CurrentThread;
        int borrowed = 0;
        owners.Share(new Parts(8, part =>
        {
            if (Thread.CurrentThread != owner)
            {
                borrowed++;
                table.Set(lent: false);
            }
            else if (part == 0)
            {
                Plane.Wait.Until(() => IsCalledUntil(!table.CanBorrow));
            }
        }));

        Assert.Equal(1, borrowed);
    }

    [Fact]
    public void Processor_of_which_it_has_no_use_is_passed_on()
    {
        using var borrower = new Borrower(table, owners);
        table.Set(lent: true);
        Plane.Wait.Until(() => table.Passed);
    }

    /// <summary>Asleep, or with a processor that is lent.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_ends_when_told_so_and_work_is_laid_open_to_nobody_after_that(bool lent)
    {
        var borrower = new Borrower(table, owners);
        table.Set(lent);
        Plane.Wait.Until(() => table.Entered);
        borrower.Dispose();
        Assert.True(table.Last.Join(Plane.Wait.Deadline));

        // With nobody about, a part that fails is the last one that is done.
        int begun = 0;
        Assert.Throws<InvalidDataException>(() => owners.Share(new Parts(8, part =>
        {
            begun++;
            if (part == 5)
            {
                throw new InvalidDataException();
            }
        })));
        Assert.Equal(6, begun);
    }

    public void Dispose()
    {
        owners.Leave();
        table.Dispose();
    }

    /// <summary>Whoever lends calls again in its next wait: a borrower that has found nothing for a while sleeps.</summary>
    private bool IsCalledUntil(bool done)
    {
        if (!done)
        {
            table.Call();
        }

        return done;
    }

    /// <summary>Shares parts, each of which is to be done once.</summary>
    /// <param name="part0">What the first part does, which takes the others' end.</param>
    private void Share(int parts, Action<CountdownEvent> part0, out HashSet<Thread> threads)
    {
        var did = new HashSet<Thread>();
        int[] done = new int[parts];
        using var others = new CountdownEvent(parts - 1);
        owners.Share(new Parts(parts, part =>
        {
            lock (did)
            {
                did.Add(Thread.CurrentThread);
            }

            Interlocked.Increment(ref done[part]);
            if (part == 0)
            {
                part0(others);
            }
            else
            {
                others.Signal();
            }
        }));

        Assert.All(done, times => Assert.Equal(1, times));
        threads = did;
    }

    private sealed class Parts(int parts, Action<int> work) : IDividedWork
    {
        int IDividedWork.Parts => parts;

        public void Do(int part) => work(part);
    }

    /// <summary>A seat beside one that lends or does not.</summary>
    private sealed class Table : ISeat, IDisposable
    {
        private readonly SemaphoreSlim calls = new(0);
        private volatile bool lent;
        private volatile bool entered;
        private volatile bool passed;

        public bool CanBorrow => lent;

        public bool Entered => entered;

        public bool Passed => passed;

        /// <summary>The thread that entered.</summary>
        public Thread Last { get; private set; } = Thread.CurrentThread;

        public void Set(bool lent)
        {
            this.lent = lent;
            Call();
        }

        public void Enter()
        {
            Last = Thread.CurrentThread;
            entered = true;
        }

        public void AwaitCall() => calls.Wait();

        public void PassOn() => passed = true;

        public void Call() => calls.Release();

        public void Lend() => throw new NotSupportedException();

        public void TakeBack() => throw new NotSupportedException();

        public void Dispose() => calls.Dispose();
    }
}
