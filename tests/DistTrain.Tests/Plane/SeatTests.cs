using DistTrain.Node.Linux;
using DistTrain.Node.Plane.SharedMemory;
using DistTrain.Node.Plane.Sockets;
using DistTrain.Protocol.Plane;

namespace DistTrain.Tests.Plane;

/// <summary>Places of a machine's workers, which lend each other processors while they wait.</summary>
public sealed class SeatTests
{
    private const int Length = 17;

    public SeatTests() => Assert.SkipUnless(Futex.IsAvailable, "the seats sleep on a futex");

    [Fact]
    public void What_one_lends_another_may_borrow_until_it_is_taken_back()
    {
        Seat[] seats = Table(3, out _);
        Assert.DoesNotContain(seats, seat => seat.CanBorrow);

        seats[1].Lend();
        Assert.Equal([true, false, true], seats.Select(seat => seat.CanBorrow));

        // Who waits has nothing to borrow for.
        seats[2].Lend();
        Assert.Equal([true, false, false], seats.Select(seat => seat.CanBorrow));

        seats[1].TakeBack();
        Assert.Equal([true, true, false], seats.Select(seat => seat.CanBorrow));

        seats[2].TakeBack();
        Assert.DoesNotContain(seats, seat => seat.CanBorrow);
    }

    [Fact]
    public void Borrower_is_woken_on_the_processor_that_is_lent()
    {
        Seat[] seats = Table(2, out SeatMemory memory);
        using var borrower = new Sleeper(seats[0], memory, 0);

        seats[1].Lend();

        Assert.True(borrower.Woken.Wait(Wait.Deadline));
        Assert.Equal(memory.Lent(1) - 1, Assert.Single(borrower.MayRunOn));
    }

    /// <summary>Such as those of a process that its user has bound to other ones.</summary>
    [Fact]
    public void Borrower_is_not_woken_for_a_processor_that_is_not_its_own()
    {
        Seat[] seats = Table(3, out SeatMemory memory);
        using var bound = new Sleeper(seats[0], memory, 0);
        using var free = new Sleeper(seats[1], memory, 1);
        memory.Allowed(0).Clear();

        seats[2].Lend();

        Assert.True(free.Woken.Wait(Wait.Deadline));
        Assert.False(bound.Woken.IsSet);
        Assert.Equal(0, memory.Placed(0));
    }

    /// <summary>One processor is of use to one of them; who has no more use for it calls the next.</summary>
    [Fact]
    public void Lender_calls_one_and_that_one_passes_on_to_who_is_at_work()
    {
        Seat[] seats = Table(4, out SeatMemory memory);
        using var first = new Sleeper(seats[1], memory, 1);
        using var waits = new Sleeper(seats[2], memory, 2);
        using var last = new Sleeper(seats[3], memory, 3);
        Volatile.Write(ref memory.Lent(2), 1);

        seats[0].Lend();
        Assert.True(first.Woken.Wait(Wait.Deadline));
        Assert.False(last.Woken.IsSet);

        seats[1].PassOn();
        Assert.True(last.Woken.Wait(Wait.Deadline));
        Assert.False(waits.Woken.IsSet);

        // Nothing is lent any more.
        seats[0].TakeBack();
        Volatile.Write(ref memory.Lent(2), 0);
        seats[1].PassOn();
        Assert.False(waits.Woken.IsSet);
    }

    /// <summary>
    /// Each takes its next step once it has seen the other's, so a call that is lost stops both: the borrower may just be about to sleep when it comes.
    /// </summary>
    [Fact]
    public void No_call_is_lost_whenever_it_comes()
    {
        const int Rounds = 20_000;
        Seat[] seats = Table(2, out _);
        int seen = 0;
        int over = 0;
        var borrower = new Thread(() =>
        {
            var random = new Random(1);
            seats[0].Enter();
            while (seen < Rounds)
            {
                seats[0].AwaitCall();
                if (!seats[0].CanBorrow)
                {
                    continue;
                }

                Volatile.Write(ref seen, seen + 1);
                Wait.Until(() => !seats[0].CanBorrow);
                Volatile.Write(ref over, seen);
                Thread.SpinWait(random.Next(60));
            }
        });
        borrower.Start();

        var random = new Random(2);
        for (int round = 1; round <= Rounds; round++)
        {
            Thread.SpinWait(random.Next(60));
            seats[1].Lend();
            Wait.Until(() => Volatile.Read(ref seen) == round);
            seats[1].TakeBack();
            Wait.Until(() => Volatile.Read(ref over) == round);
        }

        Assert.True(borrower.Join(Wait.Deadline));
    }

    /// <summary>The heart of it: who calls in the moment in which the other becomes quiet is seen by it or heard. Processors may read before they have written.</summary>
    [Fact]
    public void Of_a_call_and_its_lending_one_is_noticed()
    {
        const int Rounds = 300_000;
        Seat[] seats = Table(2, out SeatMemory memory);
        seats[0].Enter();
        int lends = 0;
        int borrows = 0;
        bool[] saw = new bool[Rounds];
        var lender = new Thread(() =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                Wait.Meet(ref lends, ref borrows);
                seats[1].Lend();
                Wait.Meet(ref lends, ref borrows);
                Wait.Meet(ref lends, ref borrows);
            }
        })
        {
            IsBackground = true,
        };
        lender.Start();

        bool[] heard = new bool[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            memory.Bell(0) = 1;
            Wait.Meet(ref borrows, ref lends);
            seats[0].AwaitCall();
            saw[round] = seats[0].CanBorrow;
            Wait.Meet(ref borrows, ref lends);
            heard[round] = memory.Bell(0) == 1;
            memory.Lent(1) = 0;
            Wait.Meet(ref borrows, ref lends);
        }

        Assert.True(lender.Join(Wait.Deadline));
        Assert.Equal(0, Enumerable.Range(0, Rounds).Count(round => !saw[round] && !heard[round]));
        Assert.Contains(true, saw);
        Assert.Contains(true, heard);
    }

    [Fact]
    public void Seat_that_is_freed_lends_nothing_and_is_given_again_empty()
    {
        using var seats = Seats.Create()!;
        Seat[] taken = [.. Enumerable.Range(0, 3).Select(_ => Take(seats))];
        taken[1].Enter();
        taken[1].Lend();
        Assert.True(taken[0].CanBorrow);

        // Its worker was killed.
        seats.Free(1);
        Assert.False(taken[0].CanBorrow);

        Seat again = Take(seats);
        Assert.False(taken[0].CanBorrow);
        again.Lend();
        Assert.True(taken[0].CanBorrow);
        Assert.True(taken[2].CanBorrow);
    }

    [Fact]
    public void When_all_are_taken_there_is_none_until_one_is_freed()
    {
        using var seats = Seats.Create()!;
        Assert.Equal(Enumerable.Range(0, SeatMemory.Most), Enumerable.Range(0, SeatMemory.Most).Select(_ => seats.Take()!.Value));
        Assert.Null(seats.Take());

        seats.Free(7);
        Assert.Equal(7, seats.Take());
    }

    [Fact]
    public void Worker_takes_no_seat_that_it_cannot_reach_or_that_cannot_be()
    {
        using var seats = Seats.Create()!;
        FrameHeader offered = Offer(seats, seats.Take()!.Value);
        Assert.NotNull(Seat.Accept(offered));

        foreach (Action<FrameHeader> spoil in new Action<FrameHeader>[]
        {
            welcome => welcome.Seat = 0,
            welcome => welcome.Seat = SeatMemory.Most + 1,
            welcome => welcome.MemoryProcess = 0,
            welcome => welcome.MemoryProcess = uint.MaxValue,
            welcome => welcome.SeatsDescriptor = uint.MaxValue,
            welcome => welcome.SeatsDescriptor++,
            welcome => welcome.SeatsToken++,
        })
        {
            FrameHeader spoiled = offered.Clone();
            spoil(spoiled);
            Assert.Null(Seat.Accept(spoiled));
        }
    }

    /// <summary>Whatever a peer writes there: a number of seats and of processors that cannot be.</summary>
    [Theory]
    [InlineData(int.MinValue)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void What_cannot_be_in_the_memory_is_followed_by_nobody(int wrong)
    {
        Seat[] seats = Table(2, out SeatMemory memory);
        using var borrower = new Sleeper(seats[0], memory, 0);
        memory.Count = wrong;
        Volatile.Write(ref memory.Lent(1), wrong);

        seats[0].PassOn();
        seats[1].PassOn();
        Assert.False(borrower.Woken.IsSet);
        Assert.Equal(wrong > 0, seats[0].CanBorrow);
    }

    /// <summary>Through WELCOME: both have one, and its end gives it back.</summary>
    [Fact]
    public async Task Workers_of_one_server_have_seats_in_one_memory_while_their_links_last()
    {
        using PlaneFixture plane = new(Length);
        SocketPartitionLink one = await plane.ConnectAsync(plane.Worker, new RecordingObserver());
        SocketPartitionLink two = await plane.ConnectAsync(plane.Worker with { Worker = 9 }, new RecordingObserver());
        Assert.Null((await plane.ConnectAsync(plane.Coordinator, new RecordingObserver())).Seat);

        two.Seat!.Lend();
        Assert.True(one.Seat!.CanBorrow);

        two.Dispose();
        Wait.Until(() => !one.Seat.CanBorrow);
    }

    [Fact]
    public async Task Who_shares_no_memory_has_no_seat()
    {
        using PlaneFixture plane = new(Length);
        SocketPartitionLink link = await plane.ConnectAsync(plane.Worker, new RecordingObserver(), PlaneFixture.Patient with { SharedMemory = false });
        Assert.Null(link.Seat);
    }

    private static Seat[] Table(int count, out SeatMemory memory)
    {
        using MemoryFile file = MemoryFile.Create(1, SeatMemory.Bytes)!;
        var made = new SeatMemory(file) { Count = count };
        memory = made;
        return [.. Enumerable.Range(0, count).Select(seat => new Seat(made, seat))];
    }

    private static Seat Take(Seats seats) => Seat.Accept(Offer(seats, seats.Take()!.Value))!;

    private static FrameHeader Offer(Seats seats, int seat)
    {
        var welcome = new FrameHeader { MemoryProcess = (uint)Environment.ProcessId };
        seats.Describe(welcome, seat);
        return welcome;
    }

    /// <summary>A thread that has entered and sleeps until it is woken.</summary>
    private sealed class Sleeper : IDisposable
    {
        private readonly Seat seat;
        private readonly Thread thread;
        private volatile bool ending;

        public Sleeper(Seat seat, SeatMemory memory, int own)
        {
            this.seat = seat;
            thread = new Thread(Sleep);
            thread.Start();
            Wait.Until(() => Volatile.Read(ref memory.Bell(own)) == -1);
        }

        public ManualResetEventSlim Woken { get; } = new();

        /// <summary>When it was woken.</summary>
        public int[] MayRunOn { get; private set; } = [];

        public void Dispose()
        {
            ending = true;
            seat.Call();
            Assert.True(thread.Join(Wait.Deadline));
            Woken.Dispose();
        }

        private void Sleep()
        {
            seat.Enter();
            seat.AwaitCall();
            seat.AwaitCall();
            if (!ending)
            {
                byte[] set = new byte[ThreadPlacement.SetLength];
                ThreadPlacement.Read(set);
                MayRunOn = [.. Enumerable.Range(0, ThreadPlacement.Processors).Where(processor => ThreadPlacement.Has(set, processor))];
                Woken.Set();
            }
        }
    }
}
