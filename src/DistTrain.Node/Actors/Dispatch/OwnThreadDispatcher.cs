using System.Collections.Concurrent;
using Akka.Configuration;
using Akka.Dispatch;

namespace DistTrain.Node.Actors.Dispatch;

/// <summary>
/// Gives an actor a thread of its own, as Akka's pinned dispatcher does, but one that is woken by a <see cref="Doorbell"/>:
/// a step begins by waking every worker, and with 32 of them on two processors the pinned one's threads, each of which
/// yields fifty times before it sleeps, are in the way of those that have work.
/// </summary>
/// <remarks>The thread starts with the first message and ends after the actor; a message that comes still later gets another one.</remarks>
internal sealed class OwnThreadDispatcher : MessageDispatcher
{
    private readonly AwakeThreads awake;
    private readonly Lock gate = new();
    private OwnThread? thread;

    public OwnThreadDispatcher(MessageDispatcherConfigurator configurator, string id, int throughput, TimeSpan shutdownTimeout, AwakeThreads awake, WaitingThreads waiting)
        : base(configurator)
    {
        this.awake = awake;
        Waiting = waiting;
        Id = id;
        Throughput = throughput;
        ShutdownTimeout = shutdownTimeout;
    }

    /// <summary>All threads of this kind.</summary>
    public WaitingThreads Waiting { get; }

    protected override void ExecuteTask(IRunnable run)
    {
        lock (gate)
        {
            thread ??= new OwnThread(Id, awake, Waiting);
            thread.Take(run);
        }
    }

    protected override void Shutdown()
    {
        lock (gate)
        {
            thread?.End();
            thread = null;
        }
    }

    /// <summary>Runs what it is given, one after the other.</summary>
    private sealed class OwnThread
    {
        private readonly ConcurrentQueue<IRunnable> waiting = new();
        private readonly Doorbell bell;
        private volatile bool ending;

        public OwnThread(string name, AwakeThreads awake, WaitingThreads others)
        {
            bell = new Doorbell(awake, others);
            awake.Enter();
            new Thread(() => Work(awake, others)) { IsBackground = true, Name = name }.Start();
        }

        public void Take(IRunnable run)
        {
            waiting.Enqueue(run);
            bell.Ring();
        }

        /// <summary>Once all is run that was taken before.</summary>
        public void End()
        {
            ending = true;
            bell.Ring();
        }

        private void Work(AwakeThreads awake, WaitingThreads others)
        {
            others.Join();
            bool last;
            do
            {
                // Asked before the queue is: nothing is given to it any more once it is to end.
                last = ending;
                while (waiting.TryDequeue(out IRunnable? next))
                {
                    next.Run();
                }

                if (!last)
                {
                    bell.Wait();
                }
            }
            while (!last);
            others.Leave();
            awake.Leave();
        }
    }
}

/// <summary>Makes a dispatcher, and so a thread, for each actor that asks for one.</summary>
internal sealed class OwnThreadDispatcherConfigurator(Config config, IDispatcherPrerequisites prerequisites) : MessageDispatcherConfigurator(config, prerequisites)
{
    private readonly AwakeThreads awake = new(Environment.ProcessorCount, config.GetTimeSpan("spin"));
    private readonly WaitingThreads waiting = new();

    public override MessageDispatcher Dispatcher() =>
        new OwnThreadDispatcher(this, Config.GetString("id"), Config.GetInt("throughput"), Config.GetTimeSpan("shutdown-timeout"), awake, waiting);
}
